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

    [Test]
    public void The_fused_layers_are_the_composed_ones([Values] bool lstm)
    {
        var generator = new Generator(9);
        int gates = lstm ? 4 : 3;
        Tensor[] inputs =
        [
            Tensor.Normal([5, 3, 4], generator), Tensor.Normal([3, 6], generator), Tensor.Normal([3, 6], generator), Tensor.Normal([gates * 6, 4], generator),
            Tensor.Normal([gates * 6, 6], generator), Tensor.Normal([gates * 6], generator), Tensor.Normal([gates * 6], generator),
        ];
        foreach (Tensor input in inputs) input.RequireGrad();
        Tensor resets = Tensor.From([0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0], [5, 3]);
        Tensor[] x = inputs;
        float[] fused = Gradients(lstm ? Total(Recurrence.Lstm(x[0], x[1], x[2], x[3], x[4], x[5], x[6], resets)) : Total(Recurrence.Gru(x[0], x[1], x[3], x[4], x[5], x[6], resets)));
        float[] composed = Gradients(
            lstm ? Total(Recurrence.ComposedLstm(x[0], x[1], x[2], x[3], x[4], x[5], x[6], resets)) : Total(Recurrence.ComposedGru(x[0], x[1], x[3], x[4], x[5], x[6], resets)));
        Assert.That(fused, Is.EqualTo(composed).Within(1e-5));

        static Tensor Total(object results) => results switch
        {
            (Tensor output, Tensor hidden, Tensor cell) => output.Square().Sum() + hidden.Sum() + cell.Square().Sum(),
            (Tensor output, Tensor hidden) => output.Square().Sum() + hidden.Sum(),
            _ => throw new ArgumentException("Not results of a recurrent layer.", nameof(results)),
        };

        float[] Gradients(Tensor total)
        {
            foreach (Tensor input in inputs) input.ZeroGrad();
            total.Backward();
            return [total.Item(), .. inputs.SelectMany(input => input.Grad.ToArray())];
        }
    }
}
