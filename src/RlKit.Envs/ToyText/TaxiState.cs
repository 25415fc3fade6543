namespace RlKit.ToyText;

/// <summary>The state of a <see cref="Taxi"/>.</summary>
/// <param name="Code">The observation: ((row * 5 + column) * 5 + passenger) * 4 + destination; passenger and destination are 0 red, 1 green, 2 yellow, 3 blue, and passenger 4 sits in the taxi.</param>
/// <param name="IsFickle">True when the passenger is going to change the destination on the next move aboard.</param>
/// <param name="LastAction">The action of the last step; -1 before the first. It is only drawn.</param>
/// <param name="Heading">The last action that was a move, 0 to 3; 0 before the first. It is only drawn.</param>
/// <param name="Probability">How likely the last transition was.</param>
public readonly record struct TaxiState(int Code, bool IsFickle, int LastAction, int Heading, double Probability)
{
    /// <summary>The row of the taxi, 0 to 4 from the top.</summary>
    public int Row => Code / 100;

    /// <summary>The column of the taxi, 0 to 4 from the left.</summary>
    public int Column => Code / 20 % 5;

    /// <summary>Where the passenger is: 0 to 3, a stand, or 4, in the taxi.</summary>
    public int Passenger => Code / 4 % 5;

    /// <summary>The stand where the passenger wants to go, 0 to 3.</summary>
    public int Destination => Code % 4;
}
