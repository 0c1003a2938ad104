#pragma once

#include "services/relay/store/RelayStore.h"

#include <string_view>
#include <unordered_map>

namespace countersign::relay {

/// An immutable snapshot of the inboxes and tokens (DirectoryContents); a change in the store gives a new
/// one. Every request asks which inbox and whose token, and must not wait for the disk to know.
class RelayDirectory
{
public:
    explicit RelayDirectory(DirectoryContents contents);

    std::int64_t version() const { return m_contents.version; }

    /// Null when there is none.
    const DirectoryContents::Inbox* findInbox(std::string_view name) const;
    /// By the token's hash; the comparison takes the same time wherever two hashes differ. Null when unknown
    /// or revoked.
    const DirectoryContents::Token* findToken(BytesView hash) const;

private:
    DirectoryContents m_contents;
    std::unordered_map<std::string_view, const DirectoryContents::Inbox*> m_byName;
};

}  // namespace countersign::relay
