namespace FieldNode.Simulator.Parts;

/// <summary>How a station's attempt to join stands.</summary>
public enum StationState
{
    Idle,
    Joining,
    Joined,
    NotThere,
    WrongPassword,

    /// <summary>The handshake broke off; the platform blames the password, and goes on trying.</summary>
    Weak,
}

/// <summary>
/// A Wi-Fi network and one station: joining takes a while, a wrong password is told late. Once told to join, the station's firmware goes on
/// trying by itself: when the network comes, or comes back, or its signal gets better, it joins without being asked again.
/// </summary>
public sealed class AccessPoint(string ssid, string password)
{
    private const uint JoinMs = 1800;
    private const uint NotThereMs = 6000;

    private (string Ssid, string Password)? _asked;
    private uint _askedAt;
    private bool _isAnswered; // the join that was asked for is over
    private bool _isJoined;

    /// <summary>The network can be heard.</summary>
    public bool IsOn { get; set; } = true;

    public string Password { get; set; } = password;

    /// <summary>Its signal breaks off each handshake; who is joined stays joined.</summary>
    public bool IsWeak { get; set; }

    /// <summary>Times that a station tried to join.</summary>
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

    /// <summary>The station lost its power.</summary>
    public void Forget()
    {
        _asked = null;
    }
}
