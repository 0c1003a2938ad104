#pragma once

#include "ui/review/content/CompareField.h"
#include "ui/review/content/ReviewContent.h"
#include "ui/widgets/identity/QrCode.h"

#include <QButtonGroup>
#include <QGridLayout>
#include <QLabel>
#include <QToolButton>

namespace countersign {

/// Every hash of what is signed in groups of four, one of them as a QR code beside the list, and the field
/// that compares one from elsewhere. One code at a time: several would be scanned in each other's place.
class HashesView : public QWidget
{
    Q_OBJECT

public:
    explicit HashesView(QWidget* parent = nullptr);
    /// The hash that is shown as a code stays the same as long as one of its name is there; else the first.
    void show(const QList<ContentHash>& hashes);
    CompareField* compare() const { return m_compare; }
    QrCode* code() const { return m_code; }
    /// "Digest (EIP-191)"
    QString codeName() const { return m_codeName->text(); }
    /// Chooses the code of a hash; nullptr when there is no such row.
    QToolButton* codeButton(int row) const;

private:
    QWidget* makeRow(const ContentHash& hash, int row);
    void showCode(int row);

    QList<ContentHash> m_hashes;
    QWidget* m_rows = nullptr;
    QGridLayout* m_grid = nullptr;
    QButtonGroup* m_choice = nullptr;
    CompareField* m_compare = nullptr;
    QWidget* m_codePart = nullptr;
    QrCode* m_code = nullptr;
    QLabel* m_codeName = nullptr;
};

}  // namespace countersign
