#pragma once

#include "core/addressbook/AddressBook.h"
#include "core/signing/job/JobExplanation.h"
#include "core/signing/local/LocalFactsReader.h"
#include "tests/support/fixtures/signing/SigningScene.h"

namespace countersign::testing {

/// Where wholeTransaction() pays to.
inline const std::string payedAddress = "0x52908400098527886E0F7030069857D2E4169EE7";
inline const std::string likePayed = "0x5290000000000000000000000000000000009ee7";

/// A desk with an address book and jobs that are signed without a ceremony.
struct LocalScene : SigningScene
{
    Job transaction(int nonce, const Json& extra = Json::object())
    {
        Json json = wholeTransaction(nonce);
        json.update(extra);
        return submit(documentOf(evmWalletId, "evm.transaction", {{"transaction", json}}));
    }

    /// As the desk does it where nothing is open.
    void prepare(const Job& job)
    {
        const auto payload = VerifiedJob::of(job)->payload();
        (void)*store.setPreparation(
            job.jobId, {payload->prepared, payload->digest, {}, payload->chainId, payload->nonce});
    }

    /// As if a ceremony had signed it.
    Job sign(const Job& job)
    {
        prepare(job);
        JobChange change;
        change.signature = Bytes(65, 2);
        return *store.move(job.jobId, std::array{JobState::Pending}, JobState::Signed, change);
    }

    void add(const AddressEntry& entry)
    {
        const auto added = changeTrusted(*profile.database, *profile.vault, profile.clock, "address.added",
                                         entry.address, [&] {
                                             return AddressBook(*profile.database, *profile.vault)
                                                 .add(entry, AddressBook::OnLookAlike::Accept, 1);
                                         });
        if (!added) {
            qFatal("not added: %s", qUtf8Printable(added.error().sentence + added.error().detail));
        }
    }

    JobExplanation explanationOf(const Job& job) { return *explainJob(*VerifiedJob::of(job), {}); }

    LocalFacts facts(const Job& job)
    {
        AddressBookCache book;
        return LocalFactsReader(*profile.database, *profile.vault, book, profile.clock)
            .read(*VerifiedJob::of(job), explanationOf(job), {});
    }
};

inline AddressEntry bookEntry(const std::string& address, const std::vector<std::string>& lists = {},
                              const std::string& chain = "eip155")
{
    return {.chain = chain, .address = address, .name = "Shop", .tags = {}, .lists = lists, .changedAt = 0};
}

}  // namespace countersign::testing
