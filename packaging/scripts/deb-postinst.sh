if [ "$1" = configure ]; then
  prepare
  if [ -n "$2" ]; then
    hand_over
  else
    echo 'acr-proxy: set the region in /etc/acr-proxy/acr-proxy.yaml, then: systemctl enable --now acr-proxy'
  fi
fi
