-- Accounts that are being closed: nobody signs in to them, and they are erased when every service has erased what it held.
ALTER TABLE identity.accounts
    -- That of the last event in the log.
    ADD COLUMN version bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    ADD COLUMN state   text   NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closing'));
