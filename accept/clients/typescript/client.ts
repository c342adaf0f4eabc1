// A consumer of the generated types: everything here is checked by the compiler against the OpenAPI document.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Problem = components["schemas"]["Problem"];

const [origin, officer, manager] = process.argv.slice(2);
assert(origin && officer && manager, "usage: client.js ORIGIN OFFICER_TOKEN MANAGER_TOKEN");

const client = (token: string) =>
  createClient<paths>({ baseUrl: origin, headers: { Authorization: `Bearer ${token}`, "Accept-Language": "fr" } });
const programme = client(officer);
const funds = client(manager);

const enumerations = await programme.GET("/v1/enumerations");
assert(enumerations.data);
const states = enumerations.data.items.find((one) => one.key === "project_state");
assert.equal(states?.values.find((one) => one.value === "handed_over")?.label["fr"], "remis");

const organisation = await funds.POST("/v1/organisations", {
  params: { header: { "Idempotency-Key": randomUUID() } },
  body: { slug: "client-land", kind: "state", names: [{ name: { fr: "Pays client", en: "Client land" }, valid_from: "2000-01-01" }] },
});
assert.equal(organisation.response.status, 201, JSON.stringify(organisation.error));

const projects = await programme.GET("/v1/projects", { params: { query: { limit: 5, include: "total" } } });
assert(projects.data, JSON.stringify(projects.error));
assert(Array.isArray(projects.data.items));
assert.equal(projects.data.next_cursor ?? null, null);

const missing = await programme.GET("/v1/projects/{project}", { params: { path: { project: "QIP-1999-XXX-001" } } });
const problem: Problem | undefined = missing.error;
assert(problem);
assert.equal(problem.status, 404);
assert.equal(problem.type, "urn:djoliba:problem:not-found");
assert.equal(problem.title, "Introuvable");

const refused = await client("nonsense").GET("/v1/projects");
assert.equal(refused.error?.status, 401);

console.log("typescript client: ok");
