using System.Text.Json;

namespace FieldNode.Cli.Flash;

/// <summary>Temporary files for nanoff, deleted on dispose. One contains a password, so only the owner may read them.</summary>
internal sealed class DeploymentFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fieldnode-flash-");

    public string Write(string name, object content)
    {
        var path = Path.Combine(_folder.FullName, name);
        using var stream = OutputFile.OpenSecret(path);
        JsonSerializer.Serialize(stream, content);
        return path;
    }

    public void Dispose()
    {
        _folder.Delete(recursive: true);
    }
}
