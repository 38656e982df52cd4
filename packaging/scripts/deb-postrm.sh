case $1 in
remove) forget ;;
purge)
  rm -f /etc/acr-proxy/admin-token
  if [ -d /etc/acr-proxy ]; then rmdir --ignore-fail-on-non-empty /etc/acr-proxy; fi
  ;;
esac
