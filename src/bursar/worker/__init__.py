"""Who does the work: takes jobs from the queue, parses them in the sandbox, gives them back when it must stop."""
