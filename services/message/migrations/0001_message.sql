-- What was delivered to people. A message stays until its recipient's account is closed.
CREATE TABLE message.messages (
    id                 uuid PRIMARY KEY,
    recipient_id       uuid NOT NULL,
    kind               text NOT NULL,
    course_id          uuid NOT NULL,
    -- The bookmark that it is about, by the id of its aggregate: that does not say whose bookmark it is. Messages to one person about
    -- one bookmark are folded.
    bookmark_id        uuid,
    first_delivered_at timestamptz NOT NULL,
    -- When it was last brought up to date.
    created_at         timestamptz NOT NULL,
    read               boolean NOT NULL
);

-- An inbox, newest first, a page at a time.
CREATE INDEX messages_of_an_inbox ON message.messages (recipient_id, created_at DESC, id DESC);
CREATE INDEX messages_not_read ON message.messages (recipient_id) WHERE NOT read;
CREATE INDEX messages_of_a_bookmark ON message.messages (recipient_id, bookmark_id, first_delivered_at) WHERE bookmark_id IS NOT NULL;

-- What was told to whom because of which event, muted or not: nobody is told twice. Ids alone, which the log keeps as well.
CREATE TABLE message.deliveries (
    cause_id     uuid NOT NULL,
    recipient_id uuid NOT NULL,
    PRIMARY KEY (cause_id, recipient_id)
);

-- Where each inbox stands. The row of a closed account stays: its version counts on.
CREATE TABLE message.inboxes (
    recipient_id uuid PRIMARY KEY,
    -- That of the last event in the log.
    version      bigint NOT NULL CHECK (version >= 0),
    unread       bigint NOT NULL CHECK (unread >= 0),
    closed       boolean NOT NULL DEFAULT false
);

-- What people want to be told, as far as they have ever said so.
CREATE TABLE message.settings (
    account_id uuid PRIMARY KEY,
    receipts   boolean NOT NULL,
    bookmarks  boolean NOT NULL,
    reviews    boolean NOT NULL,
    replies    boolean NOT NULL,
    comments   boolean NOT NULL
);

-- What this service has heard of courses.
CREATE TABLE message.courses (
    id             uuid PRIMARY KEY,
    host_id        uuid NOT NULL,
    -- The title in each language, or in the one there is.
    title_ko       text NOT NULL DEFAULT '',
    title_en       text NOT NULL DEFAULT '',
    published      boolean NOT NULL DEFAULT false,
    -- The last withdrawal: when, by which event, in which case.
    withdrawn_at   timestamptz,
    withdrawn_by   uuid,
    withdrawn_case uuid,
    CONSTRAINT courses_withdrawal_is_whole CHECK (num_nulls(withdrawn_at, withdrawn_by, withdrawn_case) IN (0, 3))
);

-- Who keeps which course.
CREATE TABLE message.bookmarks (
    course_id   uuid NOT NULL,
    customer_id uuid NOT NULL,
    kept_since  timestamptz NOT NULL,
    PRIMARY KEY (course_id, customer_id)
);

CREATE INDEX bookmarks_of_a_customer ON message.bookmarks (customer_id);

-- What is to be told to the host of a course that was not heard of yet.
CREATE TABLE message.pending (
    cause_id    uuid PRIMARY KEY,
    number      bigint GENERATED ALWAYS AS IDENTITY,
    course_id   uuid NOT NULL,
    case_id     uuid NOT NULL,
    kind        text NOT NULL,
    -- Who did it, if the account is still open.
    doer_id     uuid,
    bookmark_id uuid
);

CREATE INDEX pending_of_a_course ON message.pending (course_id, number);
