using System.Reflection;

[assembly: AssemblyVersion("1.17.11.0")]
