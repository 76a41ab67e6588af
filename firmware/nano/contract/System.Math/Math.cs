using System.Reflection;

[assembly: AssemblyVersion("1.5.116.0")]

