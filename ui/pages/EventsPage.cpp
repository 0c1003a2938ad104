#include "ui/pages/EventsPage.h"

#include "ui/models/DeliveryQuery.h"
#include "ui/models/FilterText.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLocale>

namespace countersign {

EventsPage::EventsPage(ProfileReader& reader, const Clock& clock, WindowState& state, QWidget* parent)
    : ListPage(QStringLiteral("events"), tr("Events"), state, parent),
      m_model(new DeliveryModel(reader, clock, this)),
      m_detail(new DeliveryDetail(reader)),
      m_verdict(new QComboBox(this))
{
    table()->setModel(m_model);
    table()->setAccessibleName(tr("Deliveries"));
    table()->horizontalHeader()->setStretchLastSection(true);
    table()->setColumnWidths({140, 228, 178, 110, 80});
    table()->setDropOrder({DeliveryModel::WalletId, DeliveryModel::Delay});
    setDetail(m_detail);
    setFilterHelp(tr("Filter: event, id, verdict:quarantined"),
                  tr("Words match event name, event id, wallet id and user id.\nTokens: verdict:quarantined, "
                     "wallet:<id>"));
    m_verdict->setAccessibleName(tr("Verdict"));
    m_verdict->addItem(tr("Verdict: all"), QString());
    for (const Verdict verdict : {Verdict::Applied, Verdict::Duplicate, Verdict::Stale, Verdict::Unknown,
                                  Verdict::Ping, Verdict::Quarantined}) {
        const std::string_view value = toText(verdict);
        m_verdict->addItem(tr("Verdict: %1").arg(stateText(verdict).word),
                           QString::fromLatin1(value.data(), qsizetype(value.size())));
    }
    connect(m_verdict, &QComboBox::activated, this, [this] {
        setFilterText(
            withToken(filterField()->text(), QStringLiteral("verdict"), m_verdict->currentData().toString()));
    });
    addControl(m_verdict);

    connect(table(), &DataTable::currentRowChanged, this, [this](const QModelIndex& current) {
        if (current.isValid()) {
            m_selected = m_model->idAt(current.row());
            m_detail->setDelivery(m_selected);
        }
    });
    connect(m_model, &PagedTableModel::stateChanged, this, &EventsPage::updateState);
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved}) {
        connect(m_model, signal, this, &EventsPage::keepSelection);
    }
    connect(m_model, &QAbstractItemModel::modelReset, this, &EventsPage::keepSelection);
    connect(m_detail, &DeliveryDetail::walletChosen, this, &EventsPage::walletChosen);
    connect(m_detail, &DeliveryDetail::quarantineChosen, this, &EventsPage::quarantineChosen);
    restoreState();
    updateState();
}

void EventsPage::applyFilter(const QString& text)
{
    const FilterText parsed = FilterText::parse(text, DeliveryQuery::tokenNames());
    m_verdict->setCurrentIndex(
        std::max(0, m_verdict->findData(parsed.tokens.value(QStringLiteral("verdict")))));
    const DeliveryQuery query = DeliveryQuery::parse(text);
    m_complaint = query.complaint;
    if (m_complaint.isEmpty()) {
        m_model->setFilter(query.filter);
    }
    updateState();
}

void EventsPage::refresh()
{
    m_model->refresh();
    m_detail->refresh();
}

void EventsPage::select(std::int64_t id)
{
    const int row = m_model->rowOf(id);
    m_selected = id;
    m_detail->setDelivery(id);
    if (row >= 0) {
        table()->setCurrentIndex(m_model->index(row, 0));
        table()->scrollTo(m_model->index(row, 0));
    }
}

void EventsPage::keepSelection()
{
    const int row = m_selected == 0 ? -1 : m_model->rowOf(m_selected);
    if (row >= 0 && table()->currentIndex().row() != row) {
        table()->selectionModel()->setCurrentIndex(
            m_model->index(row, 0), QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    }
}

void EventsPage::updateState()
{
    const bool filtered = !filterField()->text().isEmpty();
    setCountText({});
    if (!m_complaint.isEmpty()) {
        showState(
            QStringLiteral("search"), m_complaint,
            tr("Known tokens are verdict: and wallet:; everything else is searched for in names and ids."),
            tr("Clear the filter"));
        return;
    }
    if (m_model->state() == PagedTableModel::State::Loading) {
        showTable();
        return;
    }
    if (m_model->state() == PagedTableModel::State::Failed) {
        showState(QStringLiteral("error"), tr("The events cannot be read"), m_model->error().sentence,
                  tr("Try again"));
        return;
    }
    if (m_model->rowCount() > 0) {
        setCountText(filtered ? tr("%1 match").arg(QLocale().toString(m_model->rowCount()))
                              : QLocale().toString(m_model->rowCount()));
        showTable();
        if (m_selected == 0 || m_model->rowOf(m_selected) < 0) {
            select(m_model->idAt(0));
        }
        return;
    }
    m_selected = 0;
    m_detail->setDelivery(0);
    if (filtered) {
        showState(QStringLiteral("search"), tr("No event matches"),
                  tr("No delivery fits this filter. Deliveries of every verdict are searched."),
                  tr("Clear the filter"));
    } else {
        showState(
            QStringLiteral("events"), tr("Nothing has been delivered yet"),
            tr("Every webhook that Dynamic sends appears here. Send a test message from Dynamic's dashboard "
               "to see whether the way to this console works; it arrives as a ping."),
            tr("Look again"));
    }
}

void EventsPage::onStateAction()
{
    if (filterField()->text().isEmpty()) {
        refresh();
    } else {
        setFilterText({});
        table()->setFocus();
    }
}

}  // namespace countersign
