/**
 * Twilio retries a webhook once, and only when it cannot connect; these "connection overrides" make it five times
 * on any failure, all within 15 s (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
 */
export const RETRY_ALWAYS = '#rc=5&rp=all';
