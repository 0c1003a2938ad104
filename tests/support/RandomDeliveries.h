#pragma once

#include "core/delegation/Wallet.h"
#include "tests/support/WebhookFactory.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <vector>

namespace countersign {

/// Why this class exists: a backlog as bad as the field allows (late, doubled, shuffled, undecryptable,
/// unsigned) together with what it must end in, worked out by a model that knows no SQL and no order: the
/// newest "created" of a wallet counts, unless a revocation at or after it means its share set.
class RandomDeliveries
{
public:
    struct Wallet
    {
        WalletStatus status = WalletStatus::Active;
        std::string eventId;  ///< of the delegation that counts
        UnixMillis lastEventAt = 0;

        bool operator==(const Wallet&) const = default;
    };
    struct Counts
    {
        std::int64_t applied = 0;
        std::int64_t duplicates = 0;
        std::int64_t quarantined = 0;
        std::int64_t stillWaiting = 0;  ///< at the end
    };

    /// decryptable: for the key that the profile has; foreign: for one that it lacks.
    RandomDeliveries(const WebhookFactory& decryptable, const WebhookFactory& foreign, unsigned seed,
                     int count)
        : m_random(seed)
    {
        while (static_cast<int>(entries.size()) < count) {
            add(decryptable, foreign, static_cast<std::int64_t>(entries.size()) + 1);
        }
        expect();
    }

    std::vector<FeedEntry> entries;  ///< seq 1, 2, 3 …
    std::map<std::string, Wallet> wallets;
    Counts counts;

private:
    struct Event
    {
        bool created = false;
        bool foreign = false;
        std::string id;
        std::string walletId;
        UnixMillis at = 0;
        std::optional<std::string> shareSetId;
        std::string body;
    };

    int below(int bound) { return static_cast<int>(m_random() % static_cast<unsigned>(bound)); }

    void add(const WebhookFactory& decryptable, const WebhookFactory& foreign, std::int64_t seq)
    {
        const int dice = below(100);
        if (dice < 12 && !m_events.empty()) {
            const Event again = m_events[static_cast<std::size_t>(below(static_cast<int>(m_events.size())))];
            entries.push_back(decryptable.entry(seq, again.body));
            m_order.push_back(again);
            return;
        }
        if (dice < 15) {
            FeedEntry entry = decryptable.entry(seq, WebhookFactory::revoked("wallet-0", 1));
            entry.headers.pop_back();
            entries.push_back(entry);
            ++counts.quarantined;
            ++counts.stillWaiting;
            return;
        }
        Event event;
        event.created = dice < 75;
        event.foreign = event.created && below(10) == 0;
        event.id = "event-" + std::to_string(seq);
        event.walletId = "wallet-" + std::to_string(below(60));
        event.at = 1'750'000'000'000 + below(500);  // equal timestamps happen
        if (below(3) != 0) {
            event.shareSetId = "set-" + std::to_string(below(3));
        }
        const DelegationParts parts{
            .eventId = event.id, .walletId = event.walletId, .at = event.at, .shareSetId = event.shareSetId};
        event.body = dumpJson(
            event.created ? (event.foreign ? foreign : decryptable).created(parts)
                          : WebhookFactory::revoked(event.walletId, event.at, event.shareSetId, event.id));
        entries.push_back(decryptable.entry(seq, event.body));
        m_events.push_back(event);
        m_order.push_back(event);
    }

    static bool isLater(const Event& one, const Event& other)
    {
        return std::tie(one.at, one.id) > std::tie(other.at, other.id);
    }

    /// Of what has arrived so far.
    static const Event* newest(const std::vector<Event>& events, const std::string& walletId)
    {
        const Event* found = nullptr;
        for (const Event& event : events) {
            if (event.created && event.walletId == walletId && (found == nullptr || isLater(event, *found))) {
                found = &event;
            }
        }
        return found;
    }

    static bool isRevoked(const std::vector<Event>& events, const Event& created)
    {
        return std::ranges::any_of(events, [&](const Event& event) {
            const bool means =
                !event.shareSetId || !created.shareSetId || *event.shareSetId == *created.shareSetId;
            return !event.created && event.walletId == created.walletId && means && event.at >= created.at;
        });
    }

    void expect()
    {
        std::vector<Event> arrived;
        std::set<std::string> seen;
        for (const Event& event : m_order) {
            if (!seen.insert(event.id).second) {
                ++counts.duplicates;
                continue;
            }
            arrived.push_back(event);
            const bool counted = event.created && newest(arrived, event.walletId)->id == event.id &&
                                 !isRevoked(arrived, event);
            ++(event.foreign && counted ? counts.quarantined : counts.applied);
        }
        for (const Event& event : arrived) {
            const Event* current = newest(arrived, event.walletId);
            if (current == nullptr) {
                continue;  // only revocations: nothing to show
            }
            Wallet& wallet = wallets[event.walletId];
            wallet.eventId = current->id;
            wallet.lastEventAt = std::max(wallet.lastEventAt, event.at);
            wallet.status = isRevoked(arrived, *current) ? WalletStatus::Revoked
                            : current->foreign           ? WalletStatus::Unusable
                                                         : WalletStatus::Active;
        }
        for (const auto& [id, wallet] : wallets) {
            counts.stillWaiting += wallet.status == WalletStatus::Unusable ? 1 : 0;
        }
    }

    std::mt19937 m_random;
    std::vector<Event> m_events;  ///< distinct
    std::vector<Event> m_order;   ///< as they arrive
};

}  // namespace countersign
