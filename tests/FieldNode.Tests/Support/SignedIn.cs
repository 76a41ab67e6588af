using FieldNode.Host.Access;
using FieldNode.Log.Store;

namespace FieldNode.Tests.Support;

/// <summary>Sessions for tests, as a sign-in link creates them.</summary>
internal static class SignedIn
{
    /// <summary>Session token of an account with the given role. The account is added if absent; its name is the role's word.</summary>
    public static string Token(HostStore store, Role role, TimeProvider? time = null)
    {
        var accounts = new Accounts(store, time ?? TimeProvider.System);
        var name = Roles.Word(role);
        if (accounts.List().All(account => account.Name != name))
        {
            accounts.Add(name, role);
        }

        return accounts.Follow(accounts.Link(name))!.Value.Token;
    }

    /// <summary>A client with a session, which sends requests as the page does.</summary>
    public static HttpClient Client(Uri address, HostStore store, Role role)
    {
        var client = new HttpClient(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = address };
        client.DefaultRequestHeaders.Add("Cookie", $"fieldnode={Token(store, role)}");
        client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        return client;
    }
}
