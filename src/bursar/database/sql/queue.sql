-- name: take_turn
SELECT take_turn(%(job_id)s) AS turn;

-- name: current_turn
SELECT current_turn() AS turn;

-- name: moment_after
SELECT now() + %(wait)s::interval AS at;
