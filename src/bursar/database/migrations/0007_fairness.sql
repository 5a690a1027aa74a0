-- Whose turn it is: accounts take turns, however many jobs one of them has waiting. A job is given the number of its turn
-- when it is queued (start-time fair queueing): one more than the last of its account, but none that has gone by. Entries
-- with lower numbers are taken first, so that an account that comes with one job stands behind one job of each other.
CREATE TABLE turns (
    account_id uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    turn       integer NOT NULL
);

-- The turn that is being taken now: that of the first in the queue, or the last that was ever given when nobody waits.
CREATE FUNCTION current_turn() RETURNS integer LANGUAGE sql VOLATILE AS $$
    SELECT coalesce(
        (SELECT -priority FROM procrastinate_jobs WHERE status = 'todo' ORDER BY priority DESC, id LIMIT 1),
        (SELECT max(turn) FROM turns),
        0
    )
$$;

CREATE FUNCTION take_turn(queued_job text) RETURNS integer LANGUAGE sql VOLATILE AS $$
    INSERT INTO turns AS t (account_id, turn)
    SELECT account_id, current_turn() FROM jobs WHERE id = queued_job
    ON CONFLICT (account_id) DO UPDATE SET turn = greatest(t.turn + 1, excluded.turn)
    RETURNING turn
$$;
