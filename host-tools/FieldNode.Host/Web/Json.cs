using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace FieldNode.Host.Web;

/// <summary>Bodies in JSON.</summary>
internal static class Json
{
    /// <summary>Reads a request's body and does what it asks; one that cannot be read is a problem with the form that is
    /// expected.</summary>
    public static async Task Take<T>(HttpContext context, string form, Func<T, Task> take)
    {
        try
        {
            await take(await context.Request.ReadFromJsonAsync<T>(context.RequestAborted) ?? throw new JsonException("it is empty"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or IOException)
        {
            await Problem.BadQuery(form).Write(context); // IOException: the body ended early, or came too slowly
        }
    }
}
