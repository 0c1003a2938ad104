#include "core/inbox/EntryRouter.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct EntryRouterText
{
    Q_DECLARE_TR_FUNCTIONS(EntryRouterText)
};

}  // namespace

Result<Judgement> EntryRouter::take(const FeedItem& entry, AuditTransaction& record)
{
    EntryHandler* const handler = find(entry.kind);
    if (handler == nullptr) {
        return failure(ErrorCode::Internal, EntryRouterText::tr("Nothing here reads an entry of this kind."));
    }
    return handler->take(entry, record);
}

EntryHandler* EntryRouter::find(std::string_view kind) const
{
    const auto found =
        std::ranges::find_if(m_handlers, [kind](const EntryHandler* one) { return one->handles(kind); });
    return found == m_handlers.end() ? nullptr : *found;
}

}  // namespace countersign
