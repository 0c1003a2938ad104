#include "services/relay/store/RelayDirectory.h"

namespace countersign::relay {

RelayDirectory::RelayDirectory(DirectoryContents contents) : m_contents(std::move(contents))
{
    for (const DirectoryContents::Inbox& inbox : m_contents.inboxes) {
        m_byName.emplace(inbox.name, &inbox);
    }
}

const DirectoryContents::Inbox* RelayDirectory::findInbox(std::string_view name) const
{
    const auto found = m_byName.find(name);
    return found == m_byName.end() ? nullptr : found->second;
}

const DirectoryContents::Token* RelayDirectory::findToken(BytesView hash) const
{
    const DirectoryContents::Token* match = nullptr;
    // All of them, also after a match: a relay has a handful of tokens.
    for (const DirectoryContents::Token& token : m_contents.tokens) {
        if (equalConstantTime(token.hash, hash)) {
            match = &token;
        }
    }
    return match;
}

}  // namespace countersign::relay
