using System.Reflection;

[assembly: AssemblyVersion("1.5.75.0")]

