using RlKit.Tensors;

namespace RlKit.Tests;

public class RecurrenceTests
{
    [Test]
    public void A_reset_inside_a_sequence_begins_it_anew([Values] bool lstm)
    {
        var generator = new Generator(8);
        int gates = lstm ? 4 : 3;
        Tensor x = Tensor.Normal([6, 1, 3], generator), state = Tensor.Normal([1, 5], generator);
        Tensor wih = Tensor.Normal([gates * 5, 3], generator), whh = Tensor.Normal([gates * 5, 5], generator), bias = Tensor.Normal([gates * 5], generator);
        Tensor resets = Tensor.From([0, 0, 1, 0, 0, 0], [6, 1]), zero = Tensor.Zeros([1, 5]);
        Tensor whole = Run(x, state, resets), first = Run(x.Slice(0, 0, 2), state, null), second = Run(x.Slice(0, 2, 6), zero, null);
        Assert.That(whole.ToArray(), Is.EqualTo(first.ToArray().Concat(second.ToArray())).Within(1e-6));

        Tensor Run(Tensor sequence, Tensor start, Tensor? flags) => lstm
            ? Recurrence.Lstm(sequence, start, start, wih, whh, bias, bias, flags).Output
            : Recurrence.Gru(sequence, start, wih, whh, bias, bias, flags).Output;
    }
}
