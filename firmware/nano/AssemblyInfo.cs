using System.Reflection;

// For every device assembly; without it the version is 0.0.0.0. The platform compares major and minor versions at load time.
[assembly: AssemblyVersion("0.1.0.0")]
