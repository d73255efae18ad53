#pragma once
// Every field of a ServiceSpec that skep writes, with values that differ, for the tests that go
// through all of them.
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace skep::test {

struct Leaf {
  std::string pointer;   // where it stands in full_spec()
  std::string path;      // how a diff names it
  nlohmann::json other;  // another value
};

/// A service spec with every field set (POST /services/create), by names.
inline nlohmann::json full_spec() {
  return nlohmann::json::parse(R"({
    "Name": "shop_web", "Labels": {"com.docker.stack.namespace": "shop", "empty": ""},
    "TaskTemplate": {
      "ContainerSpec": {
        "Image": "nginx:1", "Labels": {"a": "1"}, "Command": ["sh", "-c"], "Args": ["x"], "Hostname": "h",
        "Env": ["A=1", "B", "C=x=y"], "Dir": "/d", "User": "u", "Groups": ["g"],
        "Privileges": {"CredentialSpec": {"Config": "cred", "File": "", "Registry": ""},
                       "SELinuxContext": {"Disable": true, "User": "u", "Role": "r", "Type": "t", "Level": "l"},
                       "Seccomp": {"Mode": "custom", "Profile": "e30="}, "AppArmor": {"Mode": "disabled"},
                       "NoNewPrivileges": true},
        "StopSignal": "SIGINT", "TTY": true, "OpenStdin": true, "ReadOnly": true,
        "Mounts": [{"Type": "volume", "Source": "shop_data", "Target": "/data", "ReadOnly": true,
                    "VolumeOptions": {"NoCopy": true, "Labels": {"l": "1"}, "Subpath": "s",
                                      "DriverConfig": {"Name": "nfs", "Options": {"o": "1"}}}},
                   {"Type": "bind", "Source": "/src", "Target": "/bind", "BindOptions": {"Propagation": "rslave",
                    "NonRecursive": true, "CreateMountpoint": true}},
                   {"Type": "tmpfs", "Target": "/tmp", "TmpfsOptions": {"SizeBytes": 5, "Mode": 448,
                    "Options": [["noexec"]]}}],
        "StopGracePeriod": 30000000000,
        "Healthcheck": {"Test": ["CMD", "true"], "Interval": 1000000000, "Timeout": 2000000000, "Retries": 3,
                        "StartPeriod": 4000000000, "StartInterval": 5000000000},
        "Hosts": ["1.2.3.4 a"], "DNSConfig": {"Nameservers": ["8.8.8.8"], "Search": ["s"], "Options": ["o"]},
        "Secrets": [{"SecretName": "shop_pw", "File": {"Name": "pw", "UID": "0", "GID": "0", "Mode": 292}}],
        "Configs": [{"ConfigName": "shop_conf", "File": {"Name": "/conf", "UID": "0", "GID": "0", "Mode": 292}},
                    {"ConfigName": "cred", "Runtime": {}}],
        "Isolation": "hyperv", "Init": true, "Sysctls": {"net.x": "1"}, "CapabilityAdd": ["CAP_A"],
        "CapabilityDrop": ["CAP_B"], "Ulimits": [{"Name": "nofile", "Soft": 1, "Hard": 2}], "OomScoreAdj": 5},
      "Resources": {"Limits": {"NanoCPUs": 1, "MemoryBytes": 2, "Pids": 3},
                    "Reservations": {"NanoCPUs": 1, "MemoryBytes": 2,
                      "GenericResources": [{"DiscreteResourceSpec": {"Kind": "gpu", "Value": 1}}]},
                    "SwapBytes": 4, "MemorySwappiness": 10},
      "RestartPolicy": {"Condition": "on-failure", "Delay": 1, "MaxAttempts": 2, "Window": 3},
      "Placement": {"Constraints": ["node.role == worker"], "Preferences": [{"Spread": {"SpreadDescriptor": "x"}}],
                    "MaxReplicas": 2, "Platforms": [{"Architecture": "amd64", "OS": "linux"}]},
      "Networks": [{"Target": "frontend", "Aliases": ["web"], "DriverOpts": {"d": "1"}}],
      "LogDriver": {"Name": "json-file", "Options": {"max-size": "1m"}}, "ForceUpdate": 1, "Runtime": "plugin"},
    "Mode": {"Replicated": {"Replicas": 2}},
    "UpdateConfig": {"Parallelism": 2, "Delay": 1, "FailureAction": "rollback", "Monitor": 2, "MaxFailureRatio": 0.5,
                     "Order": "start-first"},
    "RollbackConfig": {"Parallelism": 3, "Delay": 4, "FailureAction": "continue", "Monitor": 5, "MaxFailureRatio": 0.25,
                       "Order": "start-first"},
    "EndpointSpec": {"Mode": "dnsrr", "Ports": [{"Name": "p", "Protocol": "udp", "TargetPort": 80,
                     "PublishedPort": 8080, "PublishMode": "host"}]}})");
}

inline std::vector<Leaf> leaves() {
  const std::string container = "/TaskTemplate/ContainerSpec/";
  const std::string task = "/TaskTemplate/";
  const std::string in = "TaskTemplate.ContainerSpec.";
  std::vector<Leaf> all = {
      {"/Name", "Name", "shop_api"},
      {"/Labels/com.docker.stack.namespace", "Labels[com.docker.stack.namespace]", "other"},
      {"/Labels/empty", "Labels[empty]", "full"},
      {container + "Labels/a", in + "Labels[a]", "2"},
      {container + "Env/0", in + "Env[A]", "A=2"},
      {container + "Env/1", in + "Env[B]", "B="},
      {container + "Env/2", in + "Env[C]", "C=x=z"},
      {container + "Healthcheck/Test", in + "Healthcheck.Test", {"NONE"}},
      {container + "Mounts/0/VolumeOptions/Labels/l", in + "Mounts[/data].VolumeOptions.Labels[l]",
       "2"},
      {container + "Mounts/0/VolumeOptions/DriverConfig/Options/o",
       in + "Mounts[/data].VolumeOptions.DriverConfig.Options[o]", "2"},
      {container + "Mounts/0/VolumeOptions/DriverConfig/Name",
       in + "Mounts[/data].VolumeOptions.DriverConfig.Name", "x"},
      {container + "Sysctls/net.x", in + "Sysctls[net.x]", "2"},
      {container + "Secrets/0/SecretName", in + "Secrets[pw].SecretName", "shop_pw-2"},
      {container + "Configs/0/ConfigName", in + "Configs[/conf].ConfigName", "shop_conf-2"},
      {container + "Configs/1/ConfigName", in + "Configs[runtime cred].ConfigName", "cred-2"},
      {task + "Resources/Reservations/GenericResources/0/DiscreteResourceSpec/Value",
       "TaskTemplate.Resources.Reservations.GenericResources", 2},
      {task + "Placement/Preferences/0/Spread/SpreadDescriptor",
       "TaskTemplate.Placement.Preferences", "y"},
      {task + "Placement/Platforms/0/Architecture", "TaskTemplate.Placement.Platforms", "arm64"},
      {task + "Networks/0/DriverOpts/d", "TaskTemplate.Networks[frontend].DriverOpts[d]", "2"},
      {task + "LogDriver/Options/max-size", "TaskTemplate.LogDriver.Options[max-size]", "2m"},
      {"/Mode/Replicated/Replicas", "Mode.Replicated.Replicas", 5},
  };
  const auto add = [&](const std::string& base, const std::string& shown,
                       std::initializer_list<const char*> names, const nlohmann::json& other) {
    for (const auto* name : names) all.push_back({base + name, shown + name, other});
  };
  add(container, in, {"Image", "Hostname", "Dir", "User", "StopSignal", "Isolation"}, "other");
  add(container, in, {"Command", "Args", "Groups", "Hosts", "CapabilityAdd", "CapabilityDrop"},
      {"other"});
  add(container, in, {"TTY", "OpenStdin", "ReadOnly", "Init"}, false);
  add(container, in, {"StopGracePeriod", "OomScoreAdj"}, 77);
  add(container + "Privileges/", in + "Privileges.", {"NoNewPrivileges"}, false);
  add(container + "Privileges/Seccomp/", in + "Privileges.Seccomp.", {"Mode", "Profile"}, "o");
  add(container + "Privileges/AppArmor/", in + "Privileges.AppArmor.", {"Mode"}, "default");
  add(container + "Privileges/CredentialSpec/", in + "Privileges.CredentialSpec.",
      {"Config", "File", "Registry"}, "o");
  add(container + "Privileges/SELinuxContext/", in + "Privileges.SELinuxContext.", {"Disable"},
      false);
  add(container + "Privileges/SELinuxContext/", in + "Privileges.SELinuxContext.",
      {"User", "Role", "Type", "Level"}, "other");
  add(container + "Mounts/0/", in + "Mounts[/data].", {"Type", "Source", "Target"}, "other");
  add(container + "Mounts/0/", in + "Mounts[/data].", {"ReadOnly"}, false);
  add(container + "Mounts/0/VolumeOptions/", in + "Mounts[/data].VolumeOptions.", {"NoCopy"},
      false);
  add(container + "Mounts/0/VolumeOptions/", in + "Mounts[/data].VolumeOptions.", {"Subpath"},
      "other");
  add(container + "Mounts/1/BindOptions/", in + "Mounts[/bind].BindOptions.", {"Propagation"},
      "shared");
  add(container + "Mounts/1/BindOptions/", in + "Mounts[/bind].BindOptions.",
      {"NonRecursive", "CreateMountpoint"}, false);
  add(container + "Mounts/2/TmpfsOptions/", in + "Mounts[/tmp].TmpfsOptions.",
      {"SizeBytes", "Mode"}, 77);
  add(container + "Mounts/2/TmpfsOptions/", in + "Mounts[/tmp].TmpfsOptions.", {"Options"},
      {"other"});
  add(container + "Healthcheck/", in + "Healthcheck.",
      {"Interval", "Timeout", "Retries", "StartPeriod", "StartInterval"}, 77);
  add(container + "DNSConfig/", in + "DNSConfig.", {"Nameservers", "Search", "Options"}, {"other"});
  add(container + "Secrets/0/File/", in + "Secrets[pw].File.", {"Name", "UID", "GID"}, "other");
  add(container + "Secrets/0/File/", in + "Secrets[pw].File.", {"Mode"}, 256);
  add(container + "Configs/0/File/", in + "Configs[/conf].File.", {"Name", "UID", "GID"}, "other");
  add(container + "Configs/0/File/", in + "Configs[/conf].File.", {"Mode"}, 256);
  add(container + "Ulimits/0/", in + "Ulimits[nofile].", {"Name"}, "nproc");
  add(container + "Ulimits/0/", in + "Ulimits[nofile].", {"Soft", "Hard"}, 77);
  add(task + "Resources/Limits/", "TaskTemplate.Resources.Limits.",
      {"NanoCPUs", "MemoryBytes", "Pids"}, 77);
  add(task + "Resources/Reservations/", "TaskTemplate.Resources.Reservations.",
      {"NanoCPUs", "MemoryBytes"}, 77);
  add(task + "Resources/", "TaskTemplate.Resources.", {"SwapBytes", "MemorySwappiness"}, 77);
  add(task + "RestartPolicy/", "TaskTemplate.RestartPolicy.", {"Condition"}, "none");
  add(task + "RestartPolicy/", "TaskTemplate.RestartPolicy.", {"Delay", "MaxAttempts", "Window"},
      77);
  add(task + "Placement/", "TaskTemplate.Placement.", {"Constraints"}, {"node.role == manager"});
  add(task + "Placement/", "TaskTemplate.Placement.", {"MaxReplicas"}, 77);
  add(task + "Networks/0/", "TaskTemplate.Networks[frontend].", {"Target"}, "backend");
  add(task + "Networks/0/", "TaskTemplate.Networks[frontend].", {"Aliases"}, {"api"});
  add(task + "LogDriver/", "TaskTemplate.LogDriver.", {"Name"}, "journald");
  add(task, "TaskTemplate.", {"ForceUpdate"}, 77);
  add(task, "TaskTemplate.", {"Runtime"}, "other");
  for (const std::string section : {"UpdateConfig", "RollbackConfig"}) {
    add("/" + section + "/", section + ".", {"Parallelism", "Delay", "Monitor"}, 77);
    add("/" + section + "/", section + ".", {"FailureAction"}, "other");
    add("/" + section + "/", section + ".", {"MaxFailureRatio"}, 0.75);
    add("/" + section + "/", section + ".", {"Order"}, "stop-first");
  }
  add("/EndpointSpec/", "EndpointSpec.", {"Mode"}, "vip");
  const std::string port = "EndpointSpec.Ports[8080:80/udp].";
  add("/EndpointSpec/Ports/0/", port, {"Name"}, "q");
  add("/EndpointSpec/Ports/0/", port, {"Protocol"}, "sctp");
  add("/EndpointSpec/Ports/0/", port, {"PublishMode"}, "ingress");
  add("/EndpointSpec/Ports/0/", port, {"TargetPort", "PublishedPort"}, 77);
  return all;
}

}  // namespace skep::test
