-- Why a mission failed, in the words told when it did. Null in every other state.
ALTER TABLE mission ADD COLUMN state_reason text;
