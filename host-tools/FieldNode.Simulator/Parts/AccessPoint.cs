namespace FieldNode.Simulator.Parts;

/// <summary>State of a station's attempt to join.</summary>
public enum StationState
{
    Idle,
    Joining,
    Joined,
    NotThere,
    WrongPassword,

    /// <summary>The handshake failed because of a weak signal; the platform blames the password and keeps retrying.</summary>
    Weak,
}

/// <summary>A Wi-Fi network and one station. Joining takes a while, and a wrong password is reported late. After the first request the
/// station's firmware keeps retrying on its own: it joins when the network appears or returns, or its signal improves.</summary>
public sealed class AccessPoint(string ssid, string password)
{
    private const uint JoinMs = 1800;
    private const uint NotThereMs = 6000;

    private (string Ssid, string Password)? _asked;
    private uint _askedAt;
    private bool _isAnswered; // the requested join has ended
    private bool _isJoined;

    /// <summary>True if the network is in range.</summary>
    public bool IsOn { get; set; } = true;

    public string Password { get; set; } = password;

    /// <summary>True if the signal is too weak for a handshake; a joined station stays joined.</summary>
    public bool IsWeak { get; set; }

    /// <summary>Number of join requests.</summary>
    public int Attempts { get; private set; }

    public void Join(string wanted, string withPassword, uint now)
    {
        Attempts++;
        _asked = (wanted, withPassword);
        _askedAt = now;
        _isAnswered = false;
        _isJoined = false;
    }

    public StationState State(uint now)
    {
        if (_asked is not { } asked)
        {
            return StationState.Idle;
        }

        var isThere = IsOn && asked.Ssid == ssid;
        _isAnswered |= now - _askedAt >= (isThere ? JoinMs : NotThereMs);
        if (!_isAnswered)
        {
            return StationState.Joining;
        }

        if (!isThere || (!_isJoined && IsWeak))
        {
            _isJoined = false;
            return isThere ? StationState.Weak : StationState.NotThere;
        }

        _isJoined = asked.Password == Password;
        return _isJoined ? StationState.Joined : StationState.WrongPassword;
    }

    /// <summary>Resets the station after a power loss.</summary>
    public void Forget()
    {
        _asked = null;
    }
}
