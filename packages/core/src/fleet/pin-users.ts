import type { Environment, Fleet, Pin, Place } from './fleet.js';
import { placeOfPin } from './place.js';
import { pinKey } from './select.js';

/** An image whose version a pin decides. */
export interface PinUser {
  readonly environment: string;
  readonly application: string;
  readonly image: string;
}

/** For each pin that versions come from: the images whose version it decides. */
export class PinUsers {
  private readonly users = new Map<string, PinUser[]>();

  constructor(fleet: Fleet) {
    for (const environment of fleet.environments) {
      for (const { application, images } of environment.instances) {
        for (const { image, pins } of images) {
          for (const pin of pins) this.add(environment, pin, { environment: environment.name, application, image });
        }
      }
    }
  }

  private add(environment: Environment, pin: Pin, user: PinUser): void {
    const key = placedKey(placeOfPin(environment, pin), pin);
    const known = this.users.get(key);
    if (known === undefined) this.users.set(key, [user]);
    else known.push(user);
  }

  of(place: Place, pin: Pin): readonly PinUser[] {
    return this.users.get(placedKey(place, pin)) ?? [];
  }

  environmentsOf(environment: Environment, pin: Pin): readonly string[] {
    return [...new Set(this.of(placeOfPin(environment, pin), pin).map((one) => one.environment))];
  }
}

/** Identity of a pin among those of every place. */
export function placedKey({ id }: Place, pin: Pin): string {
  return `${id} ${pinKey(pin)}`;
}

export function keyOfUser({ environment, application, image }: PinUser): string {
  return JSON.stringify([environment, application, image]);
}
