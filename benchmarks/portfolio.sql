-- A generated portfolio of the reference edition's size: 1,123 projects with the facts that figures read.
INSERT INTO mechanism (code, name, is_external, since, position)
VALUES ('QIP', '{"fr":"QIP"}', false, 2013, 1), ('TF', '{"fr":"TF"}', false, 2013, 2), ('FP', '{"fr":"FP"}', false, 2017, 3);
INSERT INTO bucket (id, mechanism_code, bucket, states, ever_states, valid_from) VALUES
    (uuidv7(), 'QIP', 'ongoing', '{approved,agreement_signed,in_progress,suspended}', NULL, '2013-07-01'),
    (uuidv7(), 'QIP', 'completed', '{completed,handed_over,closed}', NULL, '2013-07-01'),
    (uuidv7(), 'QIP', 'total', '{approved,agreement_signed,in_progress,suspended,completed,handed_over,closed}', NULL, '2013-07-01'),
    (uuidv7(), 'TF', 'planned', '{approved,agreement_signed}', NULL, '2013-07-01'),
    (uuidv7(), 'TF', 'ongoing', '{in_progress,suspended}', NULL, '2013-07-01'),
    (uuidv7(), 'TF', 'completed', '{completed,handed_over,closed}', NULL, '2013-07-01'),
    (uuidv7(), 'TF', 'approved', '{approved,agreement_signed,in_progress,suspended,completed,handed_over,closed,cancelled}',
     '{approved,agreement_signed,in_progress,suspended,completed,handed_over,closed}', '2013-07-01'),
    (uuidv7(), 'FP', 'total', '{approved,agreement_signed,in_progress,suspended,completed,handed_over,closed}', NULL, '2013-07-01');
INSERT INTO sector (id, slug, mechanism_code, name, position)
SELECT uuidv7(), lower(m.code) || '-' || n, m.code, jsonb_build_object('fr', 'Secteur ' || n), n
FROM mechanism m, generate_series(1, CASE m.code WHEN 'QIP' THEN 15 WHEN 'TF' THEN 10 ELSE 4 END) AS n;
INSERT INTO place (id, slug, kind, name, is_sensitive) VALUES (uuidv7(), 'mali', 'country', '{"fr":"Mali"}', false);
INSERT INTO place (id, slug, kind, name, parent_id, is_sensitive)
SELECT uuidv7(), 'region-' || n, 'region', '{"fr":"Région"}', c.id, false
FROM (SELECT id FROM place WHERE slug = 'mali') AS c, generate_series(0, 9) AS n;
INSERT INTO place (id, slug, kind, name, parent_id, is_sensitive)
SELECT uuidv7(), r.slug || '-commune-' || n, 'commune', '{"fr":"Commune"}', r.id, false
FROM place AS r, generate_series(1, 20) AS n WHERE r.kind = 'region';
INSERT INTO reporting_area (id, slug, name, position, is_national)
SELECT uuidv7(), 'area-' || n, '{"fr":"Zone"}', n, n = 5 FROM generate_series(0, 5) AS n;
INSERT INTO reporting_area_place (place_id, reporting_area_id)
SELECT p.id, a.id FROM place AS p JOIN reporting_area AS a
    ON a.slug = 'area-' || CASE p.kind WHEN 'country' THEN 5 ELSE right(p.slug, 1)::int % 5 END
WHERE p.kind IN ('country', 'region');
INSERT INTO project (id, version, recorded_at, protection, is_synthetic, reference, mechanism_code, title, author)
SELECT uuidv7(), 1, '2022-04-01', 'public', true, m.code || '-' || n, m.code,
       jsonb_build_object('fr', 'Projet ' || n, 'en', 'Project ' || n), 'bench'
FROM mechanism AS m, generate_series(1, CASE m.code WHEN 'QIP' THEN 846 WHEN 'TF' THEN 272 ELSE 5 END) AS n;
CREATE TEMP TABLE numbered AS SELECT p.*, row_number() OVER (ORDER BY reference) AS number FROM project AS p;
INSERT INTO transition (id, value_on, precision, position, recorded_at, recorded_by, is_retraction, is_synthetic,
                        project_id, from_state, to_state)
SELECT uuidv7(), date '2018-01-01' + (number % 1400)::int + step * 30, 'day', step, '2022-04-01', 'bench', false, true,
       id, (ARRAY['approved', 'in_progress'])[step], (ARRAY['approved', 'in_progress', 'completed'])[step + 1]
FROM numbered, generate_series(0, CASE WHEN number % 5 = 0 THEN 1 ELSE 2 END) AS step;
INSERT INTO amount (id, value_on, precision, position, recorded_at, recorded_by, is_retraction, is_synthetic,
                    project_id, kind, amount, currency, qualifier, usd, basis)
SELECT uuidv7(), date '2018-01-01' + (number % 1400)::int, 'day', 0, '2022-04-01', 'bench', false, true,
       id, 'approved', 20000 + number, 'USD', 'exact', 20000 + number, 'identity'
FROM numbered;
WITH made AS (
    INSERT INTO sector_assignment (id, value_on, precision, position, recorded_at, recorded_by, is_retraction,
                                   is_synthetic, project_id)
    SELECT uuidv7(), '2018-01-01', 'day', 0, '2022-04-01', 'bench', false, true, id FROM numbered
    RETURNING id, project_id)
INSERT INTO sector_share (assignment_id, sector_id, percentage)
SELECT made.id, s.id, 100 FROM made JOIN numbered AS n ON n.id = made.project_id
JOIN sector AS s ON s.mechanism_code = n.mechanism_code AND s.position = 1 + n.number % 4;
WITH made AS (
    INSERT INTO place_assignment (id, value_on, precision, position, recorded_at, recorded_by, is_retraction,
                                  is_synthetic, project_id)
    SELECT uuidv7(), '2018-01-01', 'day', 0, '2022-04-01', 'bench', false, true, id FROM numbered
    RETURNING id, project_id)
INSERT INTO place_share (assignment_id, place_id)
SELECT made.id, p.id FROM made JOIN numbered AS n ON n.id = made.project_id
JOIN place AS p ON p.slug = 'region-' || n.number % 10 || '-commune-' || 1 + n.number % 20;
INSERT INTO organisation (id, version, recorded_at, protection, is_synthetic, slug, kind)
SELECT uuidv7(), 1, '2022-04-01', 'public', true, 'donor-' || n, 'state' FROM generate_series(1, 16) AS n;
INSERT INTO organisation_name (id, organisation_id, name, valid_from)
SELECT uuidv7(), id, jsonb_build_object('fr', slug, 'en', slug), '1960-01-01' FROM organisation;
INSERT INTO donor (id, version, recorded_at, protection, is_synthetic, slug, organisation_id, is_listed_last)
SELECT uuidv7(), 1, '2022-04-01', 'public', true, slug, id, false FROM organisation;
INSERT INTO contribution (id, version, recorded_at, protection, is_synthetic, reference, donor_id, mechanism_code,
                          agreement_on, amount, currency, earmark_kind, earmark_sectors, earmark_places, author)
SELECT uuidv7(), 1, '2022-04-01', 'public', true, 'CTB-' || slug, id, 'TF', '2021-01-01', 8000000, 'USD', 'none',
       '{}', '{}', 'bench'
FROM donor;
INSERT INTO account (id, kind, currency, contribution_id)
SELECT uuidv7(), kind, 'USD', c.id FROM contribution AS c, unnest(ARRAY['receivable', 'available']) AS kind;
INSERT INTO account (id, kind, currency, contribution_id, project_id)
SELECT uuidv7(), 'allocated', 'USD', c.id, n.id FROM numbered AS n
JOIN (SELECT id, row_number() OVER (ORDER BY reference) AS number FROM contribution) AS c ON c.number = 1 + n.number % 16
WHERE n.mechanism_code = 'TF';
WITH entry AS (
    INSERT INTO journal_entry (id, reference, kind, contribution_id, value_on, precision, recorded_at, recorded_by, is_synthetic)
    SELECT uuidv7(), 'R-' || reference, 'receipt', id, '2021-02-01', 'day', '2022-04-01', 'bench', true FROM contribution
    RETURNING id, contribution_id)
INSERT INTO posting (id, entry_id, account_id, currency, amount, usd)
SELECT uuidv7(), e.id, a.id, 'USD', s.sign * 8000000, s.sign * 8000000 FROM entry AS e
JOIN account AS a USING (contribution_id) JOIN (VALUES ('receivable', -1), ('available', 1)) AS s (kind, sign) USING (kind);
WITH entry AS (
    INSERT INTO journal_entry (id, reference, kind, contribution_id, value_on, precision, recorded_at, recorded_by, is_synthetic)
    SELECT uuidv7(), 'A-' || a.id, 'allocation', contribution_id, '2021-03-01', 'day', '2022-04-01', 'bench', true
    FROM account AS a WHERE kind = 'allocated'
    RETURNING id, contribution_id, reference)
INSERT INTO posting (id, entry_id, account_id, currency, amount, usd)
SELECT uuidv7(), e.id, a.id, 'USD', s.sign * 20000, s.sign * 20000 FROM entry AS e
JOIN account AS a ON a.contribution_id = e.contribution_id AND (a.kind = 'available' OR 'A-' || a.id = e.reference)
JOIN (VALUES ('available', -1), ('allocated', 1)) AS s (kind, sign) ON s.kind = a.kind;
DROP TABLE numbered;
ANALYZE;
