export {
  CARRIER_STATUSES,
  Carrier,
  type CarrierCall,
  type CarrierStatus,
  type PlacementResult,
} from './carrier.js';
export { TelephonyModule } from './telephony.module.js';
export { isSignedByTwilio, parseCallback, type CallbackParameters } from './twilio/twilio-callback.js';
export { askForKey, sayAndHangUp } from './twilio/twiml.js';
export { CALL_CALLBACKS_PATH, callbackUrls, keyUrl, readKeyOffer, type KeyOffer } from './callback-urls.js';
