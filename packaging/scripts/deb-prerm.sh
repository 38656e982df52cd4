if [ "$1" = remove ]; then stop; fi
