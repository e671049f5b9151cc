/// A queue: append at the end, take from the front, both in constant time on average.
struct FIFO<Element> {
    private var items: [Element?] = []
    private var head = 0

    var count: Int { items.count - head }
    var isEmpty: Bool { count == 0 }
    var first: Element? { isEmpty ? nil : items[head] }

    mutating func append(_ element: Element) { items.append(element) }

    mutating func popFirst() -> Element? {
        guard !isEmpty else { return nil }
        let element = items[head]
        items[head] = nil
        head += 1
        if head == items.count {
            items.removeAll(keepingCapacity: true)
            head = 0
        } else if head > 64, 2 * head > items.count {
            items.removeFirst(head)
            head = 0
        }
        return element
    }

    /// Removes the elements for which the closure is true, and returns them in order.
    mutating func remove(where condition: (Element) -> Bool) -> [Element] {
        let all = items[head...].compactMap { $0 }
        items = all.filter { !condition($0) }
        head = 0
        return all.filter(condition)
    }
}
