# The graph of modules: one folder = one namespace = one target. A module sees only what its line names, and never one
# of its own rank; tests/architecture/layers.cmake holds the includes to these lines.
#
# skep_module(NAME RANK n USES module... [PACKAGES target...])

# rank 0
skep_module(base RANK 0 PACKAGES OpenSSL::Crypto ZLIB::ZLIB Threads::Threads)
# rank 1
skep_module(yaml RANK 1 USES base PACKAGES PkgConfig::LIBYAML)
skep_module(swarm RANK 1 USES base PACKAGES ZLIB::ZLIB)
skep_module(http RANK 1 USES base PACKAGES CURL::libcurl)
skep_module(docker RANK 1 USES base)
# rank 2
skep_module(engine RANK 2 USES base swarm http docker)
skep_module(config RANK 2 USES base yaml swarm)
skep_module(render RANK 2 USES base yaml PACKAGES skep_templates)
skep_module(stack RANK 2 USES base yaml swarm)
skep_module(check RANK 2 USES base http)
# rank 3
skep_module(convert RANK 3 USES base stack swarm)
skep_module(image RANK 3 USES base engine docker PACKAGES LibArchive::LibArchive PkgConfig::NGHTTP2 PkgConfig::RE2)
skep_module(watch RANK 3 USES base swarm engine)
skep_module(release RANK 3 USES base swarm engine)
# rank 4
skep_module(plan RANK 4 USES base swarm convert)
skep_module(project RANK 4 USES base yaml config render stack convert)
skep_module(oneshot RANK 4 USES base swarm engine)
# rank 5
skep_module(mongo RANK 5 USES base swarm engine oneshot PACKAGES skep_mongo_script)
skep_module(rollout RANK 5 USES base swarm engine plan watch oneshot)
# rank 6
skep_module(deploy RANK 6 USES base swarm docker engine config stack check convert project image watch release plan
                               oneshot mongo rollout)
# rank 7
skep_module(plan_file RANK 7 USES base swarm convert project plan deploy)
# rank 8
skep_module(
  ops
  RANK 8
  USES base yaml swarm docker engine config render stack check project image release plan oneshot mongo
       rollout deploy plan_file)
