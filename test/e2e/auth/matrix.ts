/**
 * Who may do what, of every route: `+` is let in, the others are answered the number. The last column is an owner who asks
 * for a thing of another workspace: it is answered as one that does not exist.
 */
const TABLE = `
                                                                  nobody    viewer    operator  manager   owner     elsewhere
GET    /api/v1/agents                                             401       +         +         +         +         -
POST   /api/v1/agents                                             401       403       403       +         +         -
GET    /api/v1/agents/{id}                                        401       +         +         +         +         404
PUT    /api/v1/agents/{id}                                        401       403       403       +         +         404
DELETE /api/v1/agents/{id}                                        401       403       403       +         +         404
GET    /api/v1/audit                                              401       403       403       403       +         -
GET    /api/v1/audit/export                                       401       403       403       403       +         -
GET    /api/v1/auth/api-keys                                      401       403       403       403       +         -
POST   /api/v1/auth/api-keys                                      401       403       403       403       +         -
GET    /api/v1/auth/api-keys/{apiKeyId}                           401       403       403       403       +         404
DELETE /api/v1/auth/api-keys/{apiKeyId}                           401       403       403       403       +         404
POST   /api/v1/auth/api-keys/{apiKeyId}/rotate                    401       403       403       403       +         404
POST   /api/v1/auth/login                                         +         +         +         +         +         -
POST   /api/v1/auth/logout                                        +         +         +         +         +         -
GET    /api/v1/auth/me                                            401       +         +         +         +         -
POST   /api/v1/auth/password                                      401       +         +         +         +         -
POST   /api/v1/auth/refresh                                       +         +         +         +         +         -
POST   /api/v1/auth/setup                                         +         +         +         +         +         -
GET    /api/v1/auth/users                                         401       403       403       403       +         -
POST   /api/v1/auth/users                                         401       403       403       403       +         -
GET    /api/v1/auth/users/{userId}                                401       403       403       403       +         404
PUT    /api/v1/auth/users/{userId}                                401       403       403       403       +         404
DELETE /api/v1/auth/users/{userId}                                401       403       403       403       +         404
GET    /api/v1/callbacks/stats                                    401       +         +         +         +         -
GET    /api/v1/calls/{id}                                         401       +         +         +         +         404
POST   /api/v1/calls/{id}/hangup                                  401       403       +         +         +         404
GET    /api/v1/campaigns                                          401       +         +         +         +         -
POST   /api/v1/campaigns                                          401       403       403       +         +         -
GET    /api/v1/campaigns/{campaignId}/blocked                     401       +         +         +         +         404
GET    /api/v1/campaigns/{campaignId}/caller-ids                  401       +         +         +         +         404
GET    /api/v1/campaigns/{campaignId}/leads                       401       +         +         +         +         404
POST   /api/v1/campaigns/{campaignId}/leads                       401       403       +         +         +         404
DELETE /api/v1/campaigns/{campaignId}/leads                       401       403       403       +         +         404
POST   /api/v1/campaigns/{campaignId}/leads/bulk                  401       403       +         +         +         404
GET    /api/v1/campaigns/{campaignId}/leads/export                401       +         +         +         +         404
GET    /api/v1/campaigns/{campaignId}/leads/imports               401       +         +         +         +         404
POST   /api/v1/campaigns/{campaignId}/leads/imports               401       403       +         +         +         404
GET    /api/v1/campaigns/{campaignId}/leads/imports/{importId}    401       +         +         +         +         404
GET    /api/v1/campaigns/{campaignId}/leads/imports/{importId}/refused 401       +         +         +         +         404
POST   /api/v1/campaigns/{campaignId}/leads/upload                401       403       +         +         +         404
GET    /api/v1/campaigns/{campaignId}/leads/{leadId}              401       +         +         +         +         404
PUT    /api/v1/campaigns/{campaignId}/leads/{leadId}              401       403       +         +         +         404
DELETE /api/v1/campaigns/{campaignId}/leads/{leadId}              401       403       403       +         +         404
GET    /api/v1/campaigns/{campaignId}/leads/{leadId}/explain      401       +         +         +         +         404
GET    /api/v1/campaigns/{id}                                     401       +         +         +         +         404
PUT    /api/v1/campaigns/{id}                                     401       403       403       +         +         404
DELETE /api/v1/campaigns/{id}                                     401       403       403       +         +         404
GET    /api/v1/campaigns/{id}/agents                              401       +         +         +         +         404
POST   /api/v1/campaigns/{id}/agents                              401       403       403       +         +         404
DELETE /api/v1/campaigns/{id}/agents/{agentId}                    401       403       403       +         +         404
GET    /api/v1/campaigns/{id}/calls                               401       +         +         +         +         404
GET    /api/v1/campaigns/{id}/calls/export                        401       +         +         +         +         404
POST   /api/v1/campaigns/{id}/pause                               401       403       +         +         +         404
POST   /api/v1/campaigns/{id}/preflight                           401       +         +         +         +         404
POST   /api/v1/campaigns/{id}/resume                              401       403       +         +         +         404
GET    /api/v1/campaigns/{id}/runs                                401       +         +         +         +         404
POST   /api/v1/campaigns/{id}/start                               401       403       +         +         +         404
GET    /api/v1/campaigns/{id}/stats                               401       +         +         +         +         404
POST   /api/v1/campaigns/{id}/stop                                401       403       +         +         +         404
POST   /api/v1/erasures                                           401       403       403       +         +         -
GET    /api/v1/health                                             +         +         +         +         +         -
GET    /api/v1/phone-numbers                                      401       +         +         +         +         -
POST   /api/v1/phone-numbers                                      401       403       403       +         +         -
GET    /api/v1/phone-numbers/{phoneNumberId}                      401       +         +         +         +         404
PUT    /api/v1/phone-numbers/{phoneNumberId}                      401       403       403       +         +         404
DELETE /api/v1/phone-numbers/{phoneNumberId}                      401       403       403       +         +         404
POST   /api/v1/phone-numbers/{phoneNumberId}/rest                 401       403       403       +         +         404
DELETE /api/v1/phone-numbers/{phoneNumberId}/rest                 401       403       403       +         +         404
GET    /api/v1/suppressions                                       401       +         +         +         +         -
POST   /api/v1/suppressions                                       401       403       +         +         +         -
POST   /api/v1/suppressions/bulk                                  401       403       +         +         +         -
GET    /api/v1/suppressions/export                                401       +         +         +         +         -
POST   /api/v1/suppressions/upload                                401       403       +         +         +         -
GET    /api/v1/suppressions/{id}                                  401       +         +         +         +         404
DELETE /api/v1/suppressions/{id}                                  401       403       403       +         +         404
GET    /api/v1/webhooks                                           401       +         +         +         +         -
POST   /api/v1/webhooks                                           401       403       403       +         +         -
GET    /api/v1/webhooks/{id}                                      401       +         +         +         +         404
PUT    /api/v1/webhooks/{id}                                      401       403       403       +         +         404
DELETE /api/v1/webhooks/{id}                                      401       403       403       +         +         404
GET    /api/v1/webhooks/{id}/deliveries                           401       +         +         +         +         404
POST   /api/v1/webhooks/{id}/deliveries/{eventId}/redeliver       401       403       403       +         +         404
POST   /api/v1/webhooks/{id}/redeliver                            401       403       403       +         +         404
POST   /api/v1/webhooks/{id}/rotate-secret                        401       403       403       +         +         404
POST   /api/v1/webhooks/{id}/test                                 401       403       403       +         +         404
GET    /health                                                    +         +         +         +         +         -
`;

/** `GET /api/v1/agents` → its cells, in the table's order. */
export const MATRIX = new Map(
  TABLE.trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/ +/))
    .map(([method, path, ...cells]) => [`${method} ${path}`, cells]),
);
