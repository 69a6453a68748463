// What boards announce by DNS-SD, and the names that they have when they are new.

/** Kinds of services that a machine with a shell announces. */
export const SERVICES: Record<string, { what: string; isSsh: boolean }> = {
  // OpenWrt's dropbear with umdns; Avahi with the ssh.service of its examples.
  "_ssh._tcp": { what: "ssh", isSsh: true },
  "_sftp-ssh._tcp": { what: "sftp", isSsh: true },
  "_udisks-ssh._tcp": { what: "udisks", isSsh: true },
  // Avahi with publish-workstation=yes; its port is that of the service discard.
  "_workstation._tcp": { what: "workstation", isSsh: false },
};

/** Names of the systems that people install: Avahi and umdns answer for them, also without a service. */
export const FIRST_NAMES = ["raspberrypi.local", "openwrt.local"];

export const DOMAIN = "local";
