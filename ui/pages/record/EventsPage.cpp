#include "ui/pages/record/EventsPage.h"

#include "ui/export/ListRows.h"
#include "ui/models/query/DeliveryQuery.h"
#include "ui/models/query/FilterText.h"

#include <QHeaderView>

namespace countersign {

EventsPage::EventsPage(ProfileReader& reader, const Clock& clock, WindowState& state, QWidget* parent)
    : PagedListPage(pageName, tr("Events"), state, parent),
      m_model(new DeliveryModel(reader, clock, this)),
      m_detail(new DeliveryDetail(reader))
{
    table()->setModel(m_model);
    table()->setAccessibleName(tr("Deliveries"));
    table()->setColumnWidths({140, 228, 178, 110, 80});
    table()->setStretchColumn(DeliveryModel::Name);
    table()->setDropOrder({DeliveryModel::WalletId, DeliveryModel::Delay});
    begin(m_model, m_detail,
          {tr("The events cannot be read"),
           tr("Known tokens are verdict: and wallet:; everything else is searched for in names and ids."),
           tr("No event matches"),
           tr("No delivery fits this filter. Deliveries of every verdict are searched.")});
    setFilterHelp(tr("Filter: event, id, verdict:quarantined"),
                  tr("Words match event name, event id, wallet id and user id.\nTokens: verdict:quarantined, "
                     "wallet:<id>"));
    QList<QPair<QString, QString>> verdicts;
    for (const Verdict verdict : {Verdict::Applied, Verdict::Duplicate, Verdict::Stale, Verdict::Unknown,
                                  Verdict::Ping, Verdict::Quarantined}) {
        const std::string_view value = toText(verdict);
        verdicts.append(
            {stateText(verdict).word, QString::fromLatin1(value.data(), qsizetype(value.size()))});
    }
    addChoice(QStringLiteral("verdict"), tr("Verdict"), verdicts);
    connect(m_detail, &DeliveryDetail::walletChosen, this, &EventsPage::walletChosen);
    connect(m_detail, &DeliveryDetail::quarantineChosen, this, &EventsPage::quarantineChosen);
    connect(m_detail, &DeliveryDetail::jobChosen, this, &EventsPage::jobChosen);
    connect(table(), &DataTable::opened, this,
            [this](const QModelIndex& index) { Q_EMIT deliveryOpened(m_model->idAt(index.row())); });
    addLastControl(new ExportButton(reader, QStringLiteral("events"), listFormats([model = m_model] {
                                        return [filter = model->filter()](Database& database, bool asCsv,
                                                                          ExportSink& sink) -> Status {
                                            const DeliveryCatalog catalog(database);
                                            ASSIGN_OR_RETURN(const auto ids, catalog.ids(filter));
                                            return exportRows(catalog, ids, asCsv, sink);
                                        };
                                    }),
                                    this));
    restoreState();
    updateState();
}

void EventsPage::applyFilter(const QString& text)
{
    showChoices(FilterText::parse(text, DeliveryQuery::tokenNames()).tokens);
    apply(DeliveryQuery::parse(text), *m_model);
}

void EventsPage::showEmpty()
{
    showState(QStringLiteral("events"), tr("Nothing has been delivered yet"),
              tr("Every webhook that Dynamic sends and every job of a submitter appears here. Send a test "
                 "message from Dynamic's dashboard "
                 "to see whether the way to this console works; it arrives as a ping."),
              tr("Look again"));
}

void EventsPage::onEmptyAction()
{
    refresh();
}

}  // namespace countersign
