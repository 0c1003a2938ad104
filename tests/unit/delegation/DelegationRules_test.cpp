#include "core/delegation/DelegationRules.h"

#include "tests/support/TestProgram.h"

#include <QTest>

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

using namespace countersign;

namespace {

struct Event
{
    bool created = true;
    DelegationPoint point;
};

Event created(const char* id, UnixMillis at, std::optional<std::string> shareSet = {})
{
    return {true, {id, at, std::move(shareSet)}};
}

Event revoked(const char* id, UnixMillis at, std::optional<std::string> shareSet = {})
{
    return {false, {id, at, std::move(shareSet)}};
}

void apply(DelegationState& state, const Event& event)
{
    if (event.created) {
        applyCreated(state, event.point);
    } else {
        applyRevoked(state, event.point);
    }
}

/// The outcome said in another way, without any order: the newest created, alive unless a revocation at or
/// after it means it.
struct Expectation
{
    std::optional<std::string> newest;
    bool alive = false;

    bool operator==(const Expectation&) const = default;
};

Expectation expectationOf(const std::vector<Event>& events)
{
    const Event* newest = nullptr;
    for (const Event& event : events) {
        if (event.created &&
            (newest == nullptr || event.point.at > newest->point.at ||
             (event.point.at == newest->point.at && event.point.eventId > newest->point.eventId))) {
            newest = &event;
        }
    }
    if (newest == nullptr) {
        return {};
    }
    const bool ended = std::ranges::any_of(events, [&](const Event& event) {
        const bool means = !event.point.shareSetId || !newest->point.shareSetId ||
                           event.point.shareSetId == newest->point.shareSetId;
        return !event.created && means && event.point.at >= newest->point.at;
    });
    return {newest->point.eventId, !ended};
}

Expectation outcomeOf(const DelegationState& state)
{
    if (!state.newest) {
        return {};
    }
    return {state.newest->eventId, !isEnded(state, *state.newest)};
}

}  // namespace

class DelegationRulesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysTheEffect()
    {
        DelegationState state;
        QCOMPARE(applyCreated(state, {"a", 10, "s1"}), CreatedEffect::Current);
        QCOMPARE(applyCreated(state, {"a", 10, "s1"}), CreatedEffect::Current);  // a retry of the same
        QCOMPARE(applyCreated(state, {"b", 5, "s0"}), CreatedEffect::History);
        QCOMPARE(applyCreated(state, {"c", 20, "s2"}), CreatedEffect::Current);
        QCOMPARE(applyRevoked(state, {"d", 15, {}}), RevokedEffect::KnownOnly);    // older than c
        QCOMPARE(applyRevoked(state, {"e", 30, "s1"}), RevokedEffect::KnownOnly);  // of another share set
        QVERIFY(!isEnded(state, *state.newest));
        QCOMPARE(applyRevoked(state, {"f", 30, "s2"}), RevokedEffect::EndsNewest);
        QVERIFY(isEnded(state, *state.newest));
        QCOMPARE(applyCreated(state, {"g", 25, "s2"}), CreatedEffect::EndedOnArrival);
        QCOMPARE(applyCreated(state, {"h", 40, "s2"}), CreatedEffect::Current);  // delegated again
        QCOMPARE(state.newest->eventId, std::string("h"));
    }

    void revocationWinsATie()
    {
        DelegationState first;
        applyCreated(first, {"a", 10, {}});
        QCOMPARE(applyRevoked(first, {"b", 10, {}}), RevokedEffect::EndsNewest);
        DelegationState second;
        QCOMPARE(applyRevoked(second, {"b", 10, {}}), RevokedEffect::KnownOnly);
        QCOMPARE(applyCreated(second, {"a", 10, {}}), CreatedEffect::EndedOnArrival);
        QCOMPARE(first, second);
    }

    void unknownShareSetEndsWithAny()
    {
        DelegationState state;
        applyCreated(state, {"a", 10, {}});
        QCOMPARE(applyRevoked(state, {"b", 11, "s1"}), RevokedEffect::EndsNewest);
        DelegationState reversed;
        applyRevoked(reversed, {"b", 11, "s1"});
        QCOMPARE(applyCreated(reversed, {"a", 10, {}}), CreatedEffect::EndedOnArrival);
    }

    void aNewerRevokedDelegationDoesNotReviveTheOlder()
    {
        // The share set of "a" died when "b" was made, whatever became of "b".
        DelegationState state;
        applyCreated(state, {"a", 10, "s1"});
        applyRevoked(state, {"r", 30, "s2"});
        QCOMPARE(applyCreated(state, {"b", 20, "s2"}), CreatedEffect::EndedOnArrival);
        QCOMPARE(outcomeOf(state), (Expectation{"b", false}));
    }

    /// Every order of every set of up to six events, each also with one of them doubled.
    void everyOrderEndsInTheSameState()
    {
        const std::vector<std::vector<Event>> sets = {
            {created("a", 10), revoked("r", 20)},
            {created("a", 10), revoked("r", 10)},
            {created("a", 10), created("b", 10)},
            {created("a", 10), revoked("r", 20), created("b", 30)},
            {created("a", 10, "s1"), created("b", 20, "s1"), revoked("r", 15, "s1")},
            {created("a", 10, "s1"), created("b", 20, "s2"), revoked("r", 25, "s2"), revoked("q", 15)},
            {created("a", 10, "s1"), created("b", 20, "s2"), created("c", 30), revoked("r", 25, "s1"),
             revoked("q", 30, "s9")},
            {created("a", 10, "s1"), created("b", 20, "s2"), created("c", 20, "s3"), revoked("r", 20, "s3"),
             revoked("q", 19), revoked("p", 5, "s2")},
            {revoked("r", 20), revoked("q", 10), revoked("p", 20, "s1")},
        };
        for (const std::vector<Event>& set : sets) {
            checkEveryOrder(set);
            for (const Event& twice : set) {
                std::vector<Event> doubled = set;
                doubled.push_back(twice);
                if (doubled.size() <= 6) {
                    checkEveryOrder(doubled);
                }
            }
        }
    }

    void randomSetsEndInTheSameState()
    {
        std::mt19937 random(20260203);
        const auto below = [&](unsigned bound) { return static_cast<int>(random() % bound); };
        for (int round = 0; round < 3000; ++round) {
            std::vector<Event> events;
            const int size = 1 + below(9);
            for (int i = 0; i < size; ++i) {
                const int shareSet = below(4);
                const auto named =
                    shareSet == 0 ? std::nullopt : std::optional("s" + std::to_string(shareSet));
                events.push_back({below(3) != 0, {std::to_string(i), 1 + below(6), named}});
            }
            std::optional<DelegationState> first;
            for (int order = 0; order < 5; ++order) {
                std::ranges::shuffle(events, random);
                DelegationState state;
                for (const Event& event : events) {
                    apply(state, event);
                }
                QCOMPARE(outcomeOf(state), expectationOf(events));
                first = first.value_or(state);
                QCOMPARE(state, *first);
            }
        }
    }

private:
    static void checkEveryOrder(const std::vector<Event>& events)
    {
        std::vector<std::size_t> order(events.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        const Expectation expected = expectationOf(events);
        do {
            DelegationState state;
            for (const std::size_t index : order) {
                apply(state, events[index]);
            }
            QCOMPARE(outcomeOf(state), expected);
        } while (std::ranges::next_permutation(order).found);
    }
};

COUNTERSIGN_APPLESS_TEST(DelegationRulesTest)
#include "DelegationRules_test.moc"
