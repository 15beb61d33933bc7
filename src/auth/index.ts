export { AccessGuard } from './access/access.guard.js';
export { authenticate, isIdentified } from './access/authenticate.middleware.js';
export { Authenticator } from './access/authenticator.js';
export { AuthModule } from './auth.module.js';
export { ownerOf } from './setup/owner-of.js';
export { SetupService, type OwnerFields } from './setup/setup.service.js';
