{
  "targets": [
    {
      "target_name": "splice",
      "sources": ["<!@(ls native/*.c)"],
      "defines": ["NAPI_VERSION=8", "_GNU_SOURCE"],
      "cflags": ["-std=c17", "-O2", "-Wall", "-Wextra", "-Werror=implicit", "-fvisibility=hidden", "-pthread"],
      "ldflags": ["-pthread"]
    }
  ]
}
