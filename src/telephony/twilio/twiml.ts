import twilio from 'twilio';

/** TwiML that says `text` and hangs up. */
export function sayAndHangUp(text: string): string {
  const response = new twilio.twiml.VoiceResponse();
  if (text.trim() !== '') response.say(text);
  response.hangup();
  return response.toString();
}
