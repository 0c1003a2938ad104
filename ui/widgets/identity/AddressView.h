#pragma once

#include <QStringList>
#include <QWidget>

namespace countersign {

/// A widget that shows an address whole, because it is compared by eye: in groups of four that keep together
/// when the line breaks, the first and the last group emphasised.
class AddressView : public QWidget
{
    Q_OBJECT

public:
    explicit AddressView(QWidget* parent = nullptr);
    void setAddress(const QString& address);
    QString address() const { return m_address; }

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override { return {240, heightForWidth(240)}; }
    QSize minimumSizeHint() const override { return {120, 20}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    int groupWidth() const;
    int lineHeight() const;
    int columns(int width) const;

    QString m_address;
    QStringList m_groups;
};

}  // namespace countersign
