using System.Reflection;

// Of every device assembly; without it they are 0.0.0.0. The platform compares major and minor when it loads them.
[assembly: AssemblyVersion("0.1.0.0")]
