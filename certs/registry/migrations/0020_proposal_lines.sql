-- A list of proposals reads a line of each: an act of thousands, and all whom it touches, stay in their row.

-- The act in one sentence; NULL of what was proposed before this column, whose kind says it.
ALTER TABLE proposals ADD COLUMN said TEXT;
-- How many it touches.
ALTER TABLE proposals ADD COLUMN touches BIGINT;
