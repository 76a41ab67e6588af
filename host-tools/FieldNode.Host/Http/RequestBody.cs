using FieldNode.Host.Web;
using Microsoft.AspNetCore.Http;

namespace FieldNode.Host.Http;

/// <summary>Reads a request body after checking its type and length.</summary>
internal static class RequestBody
{
    /// <summary>Reads the body, calls the handler, and writes its answer or the problem.</summary>
    public static async Task Exchange(
        HttpContext context, string contentType, long bytesMax, string answerType,
            Func<byte[], Task<(byte[] Answer, Problem? Problem)>> answerTo)
    {
        var (body, problem) = await Read(context.Request, contentType, bytesMax);
        byte[] answer = [];
        if (problem is null)
        {
            (answer, problem) = await answerTo(body);
        }

        if (problem is not null)
        {
            await problem.Write(context);
            return;
        }

        context.Response.ContentType = answerType;
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    }

    public static async Task<(byte[] Body, Problem? Problem)> Read(HttpRequest request, string contentType, long bytesMax)
    {
        if (!string.Equals(request.ContentType, contentType, StringComparison.OrdinalIgnoreCase))
        {
            return ([], Problem.WrongType(request.ContentType, contentType));
        }

        if (request.ContentLength is not { } length)
        {
            return ([], Problem.LengthRequired());
        }

        if (length > bytesMax)
        {
            return ([], Problem.TooLarge(bytesMax));
        }

        var body = new byte[length];
        try
        {
            await request.Body.ReadExactlyAsync(body, request.HttpContext.RequestAborted);
        }
        catch (IOException)
        {
            return ([], Problem.Malformed("the body ended early, or came too slowly"));
        }

        return (body, null);
    }
}
