using System.Formats.Asn1;
using System.Net;
using System.Net.Sockets;

namespace FieldNode.Host.Access;

/// <summary>The names and networks that an authority may sign for (RFC 5280, 4.2.1.10), as an extension of its certificate.</summary>
internal sealed class NameConstraints
{
    public const string Oid = "2.5.29.30";

    private static readonly Asn1Tag s_permitted = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag s_dnsName = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag s_address = new(TagClass.ContextSpecific, 7);

    private readonly SortedSet<string> _names; // each includes its subdomains
    private readonly SortedSet<string> _networks; // in CIDR notation

    private NameConstraints(IEnumerable<string> names, IEnumerable<string> networks)
    {
        _names = new SortedSet<string>(names, StringComparer.Ordinal);
        _networks = new SortedSet<string>(networks, StringComparer.Ordinal);
    }

    /// <summary>
    /// Names outside the public DNS (RFC 6761, 6762, 8375, ICANN's reserved "internal", and "lan", which home routers assign), and networks
    /// that are loopback, private, link-local, or shared by a provider's customers (RFC 1122, 1918, 3927, 6598, 4193, 4291).
    /// </summary>
    public static NameConstraints OfClosedNetworks { get; } = new(
        ["localhost", "local", "lan", "internal", "home.arpa"],
        ["127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "::1/128", "fc00::/7",
            "fe80::/10"]);

    /// <summary>Adds the names and addresses that these constraints do not cover yet.</summary>
    public NameConstraints With(IEnumerable<string> names)
    {
        var more = names.Where(name => !Cover(name)).ToLookup(name => IPAddress.TryParse(name, out _));
        return new NameConstraints(_names.Concat(more[false].Where(IsDnsName).Select(name => name.ToLowerInvariant())),
            _networks.Concat(more[true].Select(IPAddress.Parse).Select(Alone)));
    }

    public bool Cover(string name)
    {
        return IPAddress.TryParse(name, out var address) ? _networks.Any(network => IPNetwork.Parse(network).Contains(address))
            : _names.Any(permitted => name.Equals(permitted, StringComparison.OrdinalIgnoreCase)
                || name.EndsWith("." + permitted, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Encodes as DER. Equal constraints give equal bytes: SEQUENCE { [0] { SEQUENCE { [2] name } … SEQUENCE { [7] address and
    /// mask } … } }.</summary>
    public byte[] Write()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(s_permitted))
        {
            foreach (var name in _names)
            {
                using var subtree = writer.PushSequence();
                writer.WriteCharacterString(UniversalTagNumber.IA5String, name, s_dnsName);
            }

            foreach (var network in _networks.Select(IPNetwork.Parse))
            {
                using var subtree = writer.PushSequence();
                writer.WriteOctetString([.. network.BaseAddress.GetAddressBytes(), .. Mask(network)], s_address);
            }
        }

        return writer.Encode();
    }

    /// <summary>Decodes what <see cref="Write"/> wrote; null for anything else.</summary>
    public static NameConstraints? Read(byte[] extension)
    {
        try
        {
            var (names, networks) = (new List<string>(), new List<string>());
            for (var subtrees = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence().ReadSequence(s_permitted); subtrees.HasData;)
            {
                var subtree = subtrees.ReadSequence();
                if (subtree.PeekTag() == s_dnsName)
                {
                    names.Add(subtree.ReadCharacterString(UniversalTagNumber.IA5String, s_dnsName));
                }
                else
                {
                    var bytes = subtree.ReadOctetString(s_address);
                    networks.Add(new IPNetwork(new IPAddress(bytes.AsSpan(0, bytes.Length / 2)), bytes.Skip(bytes.Length / 2)
                        .Sum(mask => byte.PopCount(mask))).ToString());
                }
            }

            return new NameConstraints(names, networks);
        }
        catch (Exception e) when (e is AsnContentException or ArgumentException)
        {
            return null;
        }
    }

    private static bool IsDnsName(string name) => name.Length is > 0 and <= 253
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_');

    private static string Alone(IPAddress address) => new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)
        .ToString();

    private static byte[] Mask(IPNetwork network)
    {
        var mask = new byte[network.BaseAddress.GetAddressBytes().Length];
        for (var bit = 0; bit < network.PrefixLength; bit++)
        {
            mask[bit / 8] |= (byte)(0x80 >> (bit % 8));
        }

        return mask;
    }
}
