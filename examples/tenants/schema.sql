-- The origins of all tenants. An origin belongs to one tenant.
CREATE TABLE tenant_origins (
	origin text PRIMARY KEY CHECK (octet_length(origin) <= 300),
	tenant text NOT NULL
);
CREATE INDEX ON tenant_origins (tenant);

-- The policy, as JSON. The table has one row, or none for the policy of the program.
CREATE TABLE tenant_policy (
	one     boolean PRIMARY KEY DEFAULT true CHECK (one),
	config  text NOT NULL CHECK (octet_length(config) <= 65536),
	version bigint NOT NULL
);
CREATE SEQUENCE tenant_policy_version;

CREATE FUNCTION tenant_policy_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.version := nextval('tenant_policy_version');
	RETURN NEW;
END $$;
CREATE TRIGGER count BEFORE INSERT OR UPDATE ON tenant_policy
	FOR EACH ROW EXECUTE FUNCTION tenant_policy_count();

-- The triggers notify all instances when a change is committed, whichever program makes it.
-- The channel is the name of the table. The payload is the origin, or empty for any origin.
CREATE FUNCTION tenant_origin_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP <> 'INSERT' THEN
		PERFORM pg_notify(TG_TABLE_NAME, OLD.origin);
	END IF;
	IF TG_OP <> 'DELETE' THEN
		PERFORM pg_notify(TG_TABLE_NAME, NEW.origin);
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON tenant_origins
	FOR EACH ROW EXECUTE FUNCTION tenant_origin_changed();

CREATE FUNCTION tenant_table_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify(TG_TABLE_NAME, '');
	RETURN NULL;
END $$;
CREATE TRIGGER truncated AFTER TRUNCATE ON tenant_origins
	FOR EACH STATEMENT EXECUTE FUNCTION tenant_table_changed();
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON tenant_policy
	FOR EACH STATEMENT EXECUTE FUNCTION tenant_table_changed();
