# What the packages do to a host besides their files; put before the scripts of each.
set -e

has_systemd() { [ -d /run/systemd/system ]; }

# The user, and who may read the configuration.
prepare() {
  if command -v systemd-sysusers >/dev/null; then
    systemd-sysusers acr-proxy.conf
    systemd-tmpfiles --create acr-proxy.conf
  fi
  if has_systemd; then systemctl daemon-reload; fi
}

# A proxy that runs hands its ports over to the new version, and lets its transfers end.
hand_over() {
  if has_systemd && systemctl is-active --quiet acr-proxy.service; then
    systemctl kill --kill-who=main --signal=USR2 acr-proxy.service
  fi
}

stop() {
  if has_systemd; then systemctl --no-reload disable --now acr-proxy.service acr-proxy.socket; fi
}

forget() {
  if has_systemd; then systemctl daemon-reload; fi
}
