#pragma once

#include "core/inbox/EntryHandler.h"

#include <initializer_list>
#include <vector>

namespace countersign {

/// A handler for feed entries that gives each to the first of several that knows its kind. The ingestor has
/// one handler; jobs and what operators say of them are read by different layers.
class EntryRouter final : public EntryHandler
{
public:
    /// All must outlive it.
    EntryRouter(std::initializer_list<EntryHandler*> handlers) : m_handlers(handlers) {}

    bool handles(std::string_view kind) const override { return find(kind) != nullptr; }
    /// Internal where none of them handles the kind: the ingestor asks first.
    Result<Judgement> take(const FeedItem& entry, AuditTransaction& record) override;

private:
    EntryHandler* find(std::string_view kind) const;

    std::vector<EntryHandler*> m_handlers;
};

}  // namespace countersign
